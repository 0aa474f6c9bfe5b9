//! Deeds to links: unlink, a second operator's approval, reversal, freezing, and «Это был не я».

pub mod approval;
pub mod bulk;
pub mod decide_approval;
pub mod deed;
pub mod dispute;
pub mod end_approval;
pub mod freeze_link;
pub mod link_desk;
pub mod one_step;
pub mod restore_link;
pub mod unlink_for_profile;
pub mod unlink_request;

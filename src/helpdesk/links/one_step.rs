//! The entrance of deeds that are asked for and done in one step: freeze, unfreeze, give back.

use super::deed::DeedKind;
use super::link_desk::{DeskResult, LinkDesk, Scene};
use crate::access::{OperatorId, Permission};
use crate::audit::RequestMeta;
use crate::directory::ProfileId;
use crate::helpdesk::Basis;
use crate::linking::{Link, LinkId};
use crate::store::{Db, StoreError, links};

/// A deed of one step, as its form asks for it.
#[derive(Clone, Debug)]
pub struct OneStep {
    /// Who asks.
    pub operator: OperatorId,
    /// Whose link.
    pub profile: ProfileId,
    /// The link on the page: another one in its place is never touched.
    pub link: LinkId,
    /// What it rests on.
    pub basis: Basis,
    /// For the audit.
    pub meta: RequestMeta,
}

impl LinkDesk {
    /// Runs a deed with the link as it stands under the locks; with none if the profile has no such link.
    pub(super) async fn run_one_step(
        &self,
        kind: DeedKind,
        permission: Permission,
        asked: OneStep,
        act: impl Fn(&Self, &mut Db, &Scene<'_>, Option<Link>, &Basis) -> DeskResult<String>
        + Clone
        + Send
        + 'static,
    ) -> DeskResult<String> {
        let OneStep { operator, profile, link, basis, meta } = asked;
        self.run(kind.as_str(), operator, Some(profile), meta, move |this, db, meta| {
            let find = |db: &mut Db| -> Result<Option<Link>, StoreError> {
                Ok(links::find(db, link)?.filter(|link| link.profile == profile))
            };
            // A link given back takes its place with the ESIA person again.
            let with_person = if kind == DeedKind::Restore { find(db)? } else { None };
            match this.enter(db, operator, permission, profile, with_person.as_ref(), meta)? {
                Ok(scene) => {
                    let link = find(db)?;
                    act(this, db, &scene, link, &basis)
                }
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await
    }
}

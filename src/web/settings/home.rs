//! `/` and `/settings`.

use actix_web::web::Data;

use super::masked;
use super::view::{LinkCard, OtherProfile, ProfileFacts, SettingsPage};
use crate::directory::Profile;
use crate::linking::{Link, LinkStatus, Linking};
use crate::russian;
use crate::sign_in::EsiaSignIn;
use crate::web::extract::{SignedIn, Visitor};
use crate::web::page::Banner;
use crate::web::paths;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::site::Site;

/// GET `/`: to the sign-in page or to the settings.
pub async fn home(visitor: Visitor) -> PageResult {
    Ok(redirect(if visitor.session.is_some() { paths::SETTINGS } else { paths::LOGIN }))
}

/// GET `/settings`.
pub async fn show(
    person: SignedIn,
    site: Data<Site>,
    linking: Data<Linking>,
    sign_in: Data<EsiaSignIn>,
) -> PageResult {
    let own = linking.own_link(&person.profile).await?;
    let choices = match person.session.esia_subject {
        Some(_) => sign_in.choices(&person.session).await?,
        None => Vec::new(),
    };
    let snapshot = site.catalog.snapshot();
    let short_name = |id| snapshot.organisation(id).map(|found| found.short_name).unwrap_or_default();
    let others = choices
        .into_iter()
        .filter(|(_, profile)| profile.id != person.profile.id)
        .map(|(_, profile)| OtherProfile {
            name: profile.name.full(),
            role: roles(&profile),
            organisation: short_name(profile.organisation),
        })
        .collect();
    let mut common = person.page(&site);
    if let Some(user) = &mut common.user {
        user.on_settings = true;
    }
    common.banner = password_banner(&site, &linking, own.link.as_ref());
    page(&SettingsPage {
        page: common,
        link: match (&own.link, linking.opens(site.clock.now())) {
            (Some(link), _) => card(link, &site),
            (None, Some(day)) => LinkCard::NotYet { date: russian::date(day) },
            (None, None) => LinkCard::None,
        },
        profile: ProfileFacts {
            name: person.profile.name.full(),
            roles: roles(&person.profile),
            organisation: short_name(person.profile.organisation),
            detail: person.profile.post.clone().unwrap_or_default(),
            login: person.profile.login.clone(),
            email: person.profile.email.as_deref().map(masked::email).unwrap_or_default(),
            phone: person.profile.phone.as_deref().map(masked::phone).unwrap_or_default(),
        },
        others,
    })
}

/// «родитель, сотрудник».
pub fn roles(profile: &Profile) -> String {
    profile.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ")
}

fn card(link: &Link, site: &Site) -> LinkCard {
    let date = russian::moment_date(link.created_at, site.offset_minutes());
    match link.status {
        LinkStatus::Active | LinkStatus::Removed => {
            LinkCard::Active { date, holder: link.holder.clone(), level: link.level.adjective().to_owned() }
        }
        LinkStatus::Frozen | LinkStatus::Suspended => LinkCard::Frozen { date },
    }
}

/// Who is not linked yet is told how many days are left.
fn password_banner(site: &Site, linking: &Linking, link: Option<&Link>) -> Option<Banner> {
    let (_, days_left) = linking.password_end(site.clock.now())?;
    if link.is_some() || linking.opens(site.clock.now()).is_some() {
        return None;
    }
    Some(match days_left {
        0 => Banner::LastDay,
        days => Banner::LinkSoon { days: russian::counted(days.unsigned_abs(), russian::Plural::DAY) },
    })
}

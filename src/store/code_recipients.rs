//! People of one organisation as the pages of linking codes need them: profiles with the link that holds
//! their slot and their open code, in one statement that has the operator's area as a condition.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{linking_codes, links, municipalities, organisations, profile_roles, profiles};
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::access::Area;
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{OrganisationId, ProfileId, ProfileStatus};
use crate::each;
use crate::helpdesk::issuing::recipient::{Recipient, Selection};
use crate::identity::PersonName;
use crate::linking::LinkStatus;

/// The condition of the migrations' partial index.
const HELD: SpeltOut = SpeltOut("links.status IN ('active', 'frozen', 'suspended')");

#[derive(Queryable, Selectable)]
#[diesel(table_name = profiles)]
struct Row {
    id: i64,
    uid: String,
    organisation_id: i64,
    last_name: String,
    first_name: String,
    middle_name: Option<String>,
    login: String,
    post: Option<String>,
    email: Option<String>,
    status: String,
}

type Found = (Row, Option<String>, Option<NaiveDateTime>);

fn recipient((row, link, code_until): Found) -> Result<Recipient, StoreError> {
    let link = link.map(|status| LinkStatus::from_name(&status).ok_or(StoreError::Corrupt("links.status")));
    Ok(Recipient {
        id: ProfileId(row.id),
        uid: row.uid,
        organisation: OrganisationId(row.organisation_id),
        name: PersonName { last: row.last_name, first: row.first_name, middle: row.middle_name },
        login: row.login,
        post: row.post,
        email: row.email,
        status: ProfileStatus::from_name(&row.status).ok_or(StoreError::Corrupt("profiles.status"))?,
        link: link.transpose()?,
        code_until: code_until.map(|until| until.and_utc()),
    })
}

/// Up to `limit` people of an organisation, if it lies in the area: by class or post, then by name. Closed
/// profiles are left out of a group.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list(
    db: &mut Db,
    area: Area,
    organisation: OrganisationId,
    selection: &Selection,
    limit: i64,
) -> Result<Vec<Recipient>, StoreError> {
    let found: Vec<Found> = each!(db, |c| {
        let held = links::profile_id.eq(profiles::id).and(HELD);
        let open = linking_codes::profile_id.eq(profiles::id).and(linking_codes::ended_at.is_null());
        let mut query = profiles::table
            .inner_join(organisations::table.inner_join(municipalities::table))
            .left_join(links::table.on(held))
            .left_join(linking_codes::table.on(open))
            .filter(profiles::organisation_id.eq(organisation.0))
            .order((
                profiles::post.asc(),
                profiles::last_name.asc(),
                profiles::first_name.asc(),
                profiles::id.asc(),
            ))
            .limit(limit)
            .select((Row::as_select(), links::status.nullable(), linking_codes::expires_at.nullable()))
            .into_boxed();
        query = match area {
            Area::Region(RegionId(id)) => query.filter(municipalities::region_id.eq(id)),
            Area::Municipality(MunicipalityId(id)) => query.filter(organisations::municipality_id.eq(id)),
            Area::Organisation(OrganisationId(id)) => query.filter(organisations::id.eq(id)),
        };
        query = match selection {
            Selection::Group { post, role } => {
                query = query.filter(profiles::status.ne(ProfileStatus::Closed.as_str()));
                if let Some(post) = post {
                    query = query.filter(profiles::post.eq(post));
                }
                match role {
                    Some(role) => query.filter(diesel::dsl::exists(
                        profile_roles::table
                            .filter(profile_roles::profile_id.eq(profiles::id))
                            .filter(profile_roles::role.eq(role.as_str())),
                    )),
                    None => query,
                }
            }
            Selection::Logins(keys) => query.filter(profiles::login_key.eq_any(keys)),
            Selection::Ids(ids) => query.filter(profiles::id.eq_any(ids.iter().map(|id| id.0))),
        };
        query.load(c)
    })?;
    found.into_iter().map(recipient).collect()
}

/// The classes and posts of an organisation that somebody open has, if it lies in the area.
///
/// # Errors
/// The database's.
pub fn list_posts(
    db: &mut Db,
    area: Area,
    organisation: OrganisationId,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let found: Vec<Option<String>> = each!(db, |c| {
        let mut query = profiles::table
            .inner_join(organisations::table.inner_join(municipalities::table))
            .filter(profiles::organisation_id.eq(organisation.0))
            .filter(profiles::post.is_not_null())
            .filter(profiles::status.ne(ProfileStatus::Closed.as_str()))
            .select(profiles::post)
            .distinct()
            .order(profiles::post.asc())
            .limit(limit)
            .into_boxed();
        query = match area {
            Area::Region(RegionId(id)) => query.filter(municipalities::region_id.eq(id)),
            Area::Municipality(MunicipalityId(id)) => query.filter(organisations::municipality_id.eq(id)),
            Area::Organisation(OrganisationId(id)) => query.filter(organisations::id.eq(id)),
        };
        query.load(c)
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// The name that an organisation has in letters, if it lies in the area.
///
/// # Errors
/// The database's.
pub fn find_organisation(
    db: &mut Db,
    area: Area,
    organisation: OrganisationId,
) -> Result<Option<String>, StoreError> {
    each!(db, |c| {
        let mut query = organisations::table
            .inner_join(municipalities::table)
            .filter(organisations::id.eq(organisation.0))
            .select(organisations::short_name)
            .into_boxed();
        query = match area {
            Area::Region(RegionId(id)) => query.filter(municipalities::region_id.eq(id)),
            Area::Municipality(MunicipalityId(id)) => query.filter(organisations::municipality_id.eq(id)),
            Area::Organisation(OrganisationId(id)) => query.filter(organisations::id.eq(id)),
        };
        Ok(query.get_result(c).optional()?)
    })
}

//! Operators kept by administrators, in the console and from the command line.
//!
//! An administrator manages only operators whose area lies within their own, and never themselves; a region
//! keeps at least one administrator. Both are judged inside the transaction.

use std::sync::Arc;

use super::one_time_code::OneTimeCode;
use super::rights::find_permitted;
use super::{Area, NewOperator, Operator, OperatorId, OperatorRole, Permission};
use crate::audit::{self, Actor, OperatorEvent, RequestMeta};
use crate::directory::catalog::{DirectoryCatalog, Snapshot};
use crate::directory::{ProfileId, login_key};
use crate::platform::clock::{Clock, Timestamp};
use crate::sign_in::{HashingPool, Overloaded, Password};
use crate::store::{Db, Store, StoreError, operator_sessions, operators, operators_in_area, second_factors};

/// Whoever manages: an administrator of the console, or who may read the service's own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// An administrator.
    Operator(OperatorId),
    /// The command line.
    CommandLine,
}

/// An operator to be, as somebody typed them.
#[derive(Clone)]
pub struct Wanted {
    /// Login of the console.
    pub login: String,
    /// Full name.
    pub name: String,
    /// E-mail.
    pub email: Option<String>,
    /// Role.
    pub role: OperatorRole,
    /// Where.
    pub area: Area,
    /// The operator's own journal profile.
    pub profile: Option<ProfileId>,
    /// Whether a sign-in also needs that profile's linked ESIA account.
    pub needs_esia: bool,
}

impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").field("role", &self.role).field("area", &self.area).finish_non_exhaustive()
    }
}

/// What a deed of a manager came to.
#[derive(Clone, Debug)]
pub enum Managed {
    /// Done.
    Done,
    /// Done; a password to be handed over, shown once and good for one sign-in.
    Password {
        /// Whose.
        operator: OperatorId,
        /// The password.
        password: OneTimeCode,
    },
    /// To be enabled, but at work: nothing was done.
    AtWork,
    /// The login is somebody's already.
    LoginTaken,
    /// No such operator, or none of the manager's: the same answer.
    NotFound,
    /// The region would have no administrator left.
    LastAdministrator,
    /// All places for argon2 are taken.
    Overloaded,
}

/// Keeps operators. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorManagement {
    store: Store,
    clock: Clock,
    pool: HashingPool,
    catalog: Arc<DirectoryCatalog>,
}

impl OperatorManagement {
    /// Over the services it needs.
    pub fn new(store: Store, clock: Clock, pool: HashingPool, catalog: Arc<DirectoryCatalog>) -> Self {
        Self { store, clock, pool, catalog }
    }

    /// Operators within an area, `limit` after `offset`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, area: Area, offset: i64, limit: i64) -> Result<Vec<Operator>, StoreError> {
        self.store.read(move |db| operators_in_area::list(db, area, offset, limit)).await
    }

    /// One operator within an area.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self, area: Area, id: OperatorId) -> Result<Option<Operator>, StoreError> {
        self.store.read(move |db| operators_in_area::find(db, area, id)).await
    }

    /// Adds an operator with a password of ours.
    ///
    /// # Errors
    /// The database's.
    pub async fn add(&self, by: Manager, wanted: Wanted, meta: RequestMeta) -> Result<Managed, StoreError> {
        let Some((password, hash)) = self.new_password().await? else { return Ok(Managed::Overloaded) };
        let (this, now) = (self.clone(), self.clock.now());
        let added = self.store.write(move |db| {
            if !this.may_give(db, by, wanted.area)? {
                return Ok(Managed::NotFound);
            }
            if operators::find_for_sign_in(db, &login_key(&wanted.login))?.is_some() {
                return Ok(Managed::LoginTaken);
            }
            let new = NewOperator {
                login: wanted.login.trim().to_owned(),
                name: wanted.name.trim().to_owned(),
                email: wanted.email.clone(),
                role: wanted.role,
                area: wanted.area,
                profile: wanted.profile,
                needs_esia: wanted.needs_esia,
                password_hash: hash.clone(),
                must_change_password: true,
            };
            let operator = operators::insert(db, &new, now)?;
            let event = OperatorEvent::Created { operator, role: wanted.role, area: wanted.area };
            audit::record(db, now, event, actor(by), None, &meta)?;
            Ok(Managed::Password { operator, password: password.clone() })
        });
        match added.await {
            // Somebody took the login between the look and the insertion.
            Err(StoreError::Conflict(_)) => Ok(Managed::LoginTaken),
            result => result,
        }
    }

    /// Gives an operator another role and area; it counts from their next request.
    ///
    /// # Errors
    /// The database's.
    pub async fn change(
        &self,
        by: Manager,
        target: OperatorId,
        role: OperatorRole,
        area: Area,
        meta: RequestMeta,
    ) -> Result<Managed, StoreError> {
        let (this, now) = (self.clone(), self.clock.now());
        self.store
            .write(move |db| {
                let Some(current) = find_managed(db, by, target)? else { return Ok(Managed::NotFound) };
                if !this.may_give(db, by, area)? {
                    return Ok(Managed::NotFound);
                }
                let stays = role == OperatorRole::Administrator && area == current.area;
                if !stays && is_last_administrator(db, &current)? {
                    return Ok(Managed::LastAdministrator);
                }
                operators_in_area::set_rights(db, target, role, area)?;
                let event = OperatorEvent::Changed { operator: target, role, area };
                audit::record(db, now, event, actor(by), None, &meta)?;
                Ok(Managed::Done)
            })
            .await
    }

    /// Disables an operator at once, with all sessions.
    ///
    /// # Errors
    /// The database's.
    pub async fn disable(
        &self,
        by: Manager,
        target: OperatorId,
        meta: RequestMeta,
    ) -> Result<Managed, StoreError> {
        let now = self.clock.now();
        self.store
            .write(move |db| {
                let Some(current) = find_managed(db, by, target)? else { return Ok(Managed::NotFound) };
                if is_last_administrator(db, &current)? {
                    return Ok(Managed::LastAdministrator);
                }
                if operators_in_area::disable(db, target, now)? {
                    let sessions = operator_sessions::end_all_of_operator(db, target, None, now, "disabled")?;
                    let event = OperatorEvent::Disabled { operator: target, sessions };
                    audit::record(db, now, event, actor(by), None, &meta)?;
                }
                Ok(Managed::Done)
            })
            .await
    }

    /// Takes the password and second factor of an operator at work away, ends all sessions, and gives a password
    /// for one sign-in.
    ///
    /// # Errors
    /// The database's.
    pub async fn reset(
        &self,
        by: Manager,
        target: OperatorId,
        meta: RequestMeta,
    ) -> Result<Managed, StoreError> {
        let renewed = move |db: &mut Db, now| {
            let sessions = operator_sessions::end_all_of_operator(db, target, None, now, "reset")?;
            Ok(OperatorEvent::Reset { operator: target, sessions })
        };
        self.renew(by, target, false, meta, renewed).await
    }

    /// Lets a disabled operator work again, with a password for one sign-in and no second factor: nobody knows
    /// who has learnt the old ones meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub async fn enable(
        &self,
        by: Manager,
        target: OperatorId,
        meta: RequestMeta,
    ) -> Result<Managed, StoreError> {
        let renewed = move |db: &mut Db, _| {
            operators_in_area::enable(db, target)?;
            Ok(OperatorEvent::Enabled { operator: target })
        };
        self.renew(by, target, true, meta, renewed).await
    }

    /// A new password and no second factor for an operator who is disabled, or at work, as `disabled` says.
    async fn renew(
        &self,
        by: Manager,
        target: OperatorId,
        disabled: bool,
        meta: RequestMeta,
        change: impl Fn(&mut Db, Timestamp) -> Result<OperatorEvent, StoreError> + Send + 'static,
    ) -> Result<Managed, StoreError> {
        let Some((password, hash)) = self.new_password().await? else { return Ok(Managed::Overloaded) };
        let now = self.clock.now();
        self.store
            .write(move |db| {
                if find_managed(db, by, target)?.is_none() {
                    return Ok(Managed::NotFound);
                }
                // Judged when held: a sign-in with the old password waits here and is refused, and of two who
                // enable one operator the second voids no password that the first has just been shown.
                let held = operators::find_and_hold(db, target)?;
                match held.map(|account| account.operator.disabled_at.is_some()) {
                    Some(found) if found == disabled => {}
                    Some(false) => return Ok(Managed::AtWork),
                    _ => return Ok(Managed::NotFound),
                }
                operators::set_password(db, target, &hash, true)?;
                second_factors::clear(db, target)?;
                let event = change(db, now)?;
                audit::record(db, now, event, actor(by), None, &meta)?;
                Ok(Managed::Password { operator: target, password: password.clone() })
            })
            .await
    }

    async fn new_password(&self) -> Result<Option<(OneTimeCode, String)>, StoreError> {
        let password = OneTimeCode::generate();
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(Overloaded { .. }) => return Ok(None),
        };
        let hash = self.pool.hash(place, Password::new(password.expose().to_owned())).await;
        let hash = hash.map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(Some((password, hash)))
    }

    /// Whether the manager may give this area: it is there, and lies within their own.
    fn may_give(&self, db: &mut Db, by: Manager, area: Area) -> Result<bool, StoreError> {
        let directory = self.catalog.snapshot();
        let own = match by {
            Manager::CommandLine => return Ok(containing(area, &directory).is_some()),
            Manager::Operator(id) => find_permitted(db, id, Permission::ManageOperators)?,
        };
        let Some(own) = own else { return Ok(false) };
        Ok(containing(area, &directory).is_some_and(|outer| outer.contains(&own.area)))
    }
}

/// An area and those that it lies in; `None` if the directory has no such area.
pub fn containing(area: Area, directory: &Snapshot) -> Option<Vec<Area>> {
    let municipal = |id| {
        let region = directory.municipality(id)?.region;
        Some(vec![Area::Municipality(id), Area::Region(region)])
    };
    match area {
        Area::Region(id) => directory.region(id).map(|_| vec![area]),
        Area::Municipality(id) => municipal(id),
        Area::Organisation(id) => {
            let mut outer = municipal(directory.path_of(id)?.municipality)?;
            outer.push(area);
            Some(outer)
        }
    }
}

/// The operator, if the manager may act on them now.
fn find_managed(db: &mut Db, by: Manager, target: OperatorId) -> Result<Option<Operator>, StoreError> {
    match by {
        Manager::CommandLine => operators::find(db, target),
        Manager::Operator(id) if id == target => Ok(None),
        Manager::Operator(id) => match find_permitted(db, id, Permission::ManageOperators)? {
            Some(own) => operators_in_area::find(db, own.area, target),
            None => Ok(None),
        },
    }
}

fn is_last_administrator(db: &mut Db, operator: &Operator) -> Result<bool, StoreError> {
    let Area::Region(region) = operator.area else { return Ok(false) };
    if operator.role != OperatorRole::Administrator || operator.disabled_at.is_some() {
        return Ok(false);
    }
    Ok(operators_in_area::hold_administrators(db, region)?.iter().all(|id| *id == operator.id))
}

fn actor(by: Manager) -> Actor {
    match by {
        Manager::Operator(id) => Actor::Operator(id),
        Manager::CommandLine => Actor::System,
    }
}

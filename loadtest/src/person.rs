//! Somebody with an account, signed in for as long as the run lasts.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::watch;

use crate::client::{Api, Pass};
use crate::fault::Fault;
use crate::socket::Socket;
use crate::wire::You;

/// A token lives 10 minutes; the rest is room for a busy server.
const RENEW_EVERY: Duration = Duration::from_secs(7 * 60);

/// `login:password`, as the command line gives it.
#[derive(Clone)]
pub struct Credentials {
    pub login: String,
    pub password: String,
}

impl Credentials {
    /// What this person chooses in place of the password given: the same in every run.
    fn chosen(&self) -> Credentials {
        Credentials { login: self.login.clone(), password: format!("{} my own", self.password) }
    }
}

impl std::str::FromStr for Credentials {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (login, password) = text.split_once(':').ok_or("write login:password")?;
        Ok(Credentials { login: login.into(), password: password.into() })
    }
}

pub struct Person {
    api: Api,
    who: Credentials,
    cookie: Mutex<String>,
    /// Every socket of this person hears of a fresh token.
    tokens: watch::Sender<String>,
}

impl Person {
    /// With the password given, or with his own if he chose one in an earlier run.
    pub async fn sign_in(api: &Api, given: Credentials) -> Result<Arc<Person>, Fault> {
        let own = given.chosen();
        match api.login(&own.login, &own.password).await {
            Ok(pass) => return Ok(Person::with(api, own, pass)),
            Err(fault) if fault.is_about_password() => {}
            Err(fault) => return Err(fault),
        }
        let pass = api.login(&given.login, &given.password).await?;
        match pass.password_to_change {
            true => Person::choose(api, &given, pass).await,
            false => Ok(Person::with(api, given, pass)),
        }
    }

    /// Somebody whose account was just made: he chooses a password of his own.
    pub async fn newcomer(api: &Api, given: Credentials) -> Result<Arc<Person>, Fault> {
        let pass = api.login(&given.login, &given.password).await?;
        Person::choose(api, &given, pass).await
    }

    async fn choose(api: &Api, given: &Credentials, pass: Pass) -> Result<Arc<Person>, Fault> {
        let own = given.chosen();
        let pass = api.change_password(&pass.token, &given.password, &own.password).await?;
        Ok(Person::with(api, own, pass))
    }

    fn with(api: &Api, who: Credentials, pass: Pass) -> Arc<Person> {
        let (cookie, tokens) = (Mutex::new(pass.cookie), watch::Sender::new(pass.token));
        let person = Arc::new(Person { api: api.clone(), who, cookie, tokens });
        keep_signed_in(&person);
        person
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T, Fault> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        self.call(Method::GET, path, None).await
    }

    pub async fn put<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T, Fault> {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn you(&self, lot: &str) -> Result<You, Fault> {
        self.call(Method::GET, &format!("/api/lots/{lot}/you"), None).await
    }

    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<Value>) -> Result<T, Fault> {
        let token = self.tokens.borrow().clone();
        let first = self.api.call(method.clone(), path, Some(&token), body.clone()).await;
        match first {
            // Nothing was done yet: a token is looked at before anything else.
            Err(fault) if fault.is_about_token() => {
                self.renew().await?;
                let token = self.tokens.borrow().clone();
                self.api.call(method, path, Some(&token), body).await
            }
            other => other,
        }
    }

    pub async fn socket(&self) -> Result<Socket, Fault> {
        match self.connect().await {
            Err(fault) if fault.is_about_token() => {
                self.renew().await?;
                self.connect().await
            }
            other => other,
        }
    }

    async fn connect(&self) -> Result<Socket, Fault> {
        let device = format!("loadtest-{}", self.who.login);
        Socket::signed_in(&self.api.authority(), self.tokens.subscribe(), device).await
    }

    /// By the cookie, which costs the server little; by the password when that fails.
    async fn renew(&self) -> Result<(), Fault> {
        let cookie = self.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let pass = match self.api.refresh(&cookie).await {
            Ok(pass) => pass,
            Err(_) => self.api.login(&self.who.login, &self.who.password).await?,
        };
        *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = pass.cookie;
        self.tokens.send_replace(pass.token);
        Ok(())
    }
}

/// Ends with the person. A failed renewal is not reported here: the next call meets the same
/// refusal and reports it where somebody waits for the answer.
fn keep_signed_in(person: &Arc<Person>) {
    let person = Arc::downgrade(person);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let Some(person) = person.upgrade() else { return };
            let _ = person.renew().await;
        }
    });
}

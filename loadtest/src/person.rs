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
    pub async fn sign_in(api: &Api, who: Credentials) -> Result<Arc<Person>, Fault> {
        let Pass { token, cookie } = api.login(&who.login, &who.password).await?;
        let person =
            Arc::new(Person { api: api.clone(), who, cookie: Mutex::new(cookie), tokens: watch::Sender::new(token) });
        keep_signed_in(&person);
        Ok(person)
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

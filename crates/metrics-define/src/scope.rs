//! A provider for one piece of code instead of the process: how tests keep out of each other's way.

use std::{
    any::Any,
    collections::HashMap,
    fmt,
    future::poll_fn,
    pin::pin,
    sync::{Arc, PoisonError, RwLock, Weak},
};

use opentelemetry::{Context, ContextGuard, metrics::MeterProvider};

use crate::{
    contained::contained,
    install::{self, Recording, Source},
};

/// Makes a scope: whatever is recorded inside it goes to this provider, and nowhere else.
///
/// A scope is carried in the OpenTelemetry [`Context`]: [`Scope::enter`] it on a thread, or [`Scope::run`] a future.
/// Threads and tasks that are started inside do not belong to it unless that context goes along.
///
/// It is meant for tests. While a scope exists, every call of the process looks for one, which costs some ten
/// nanoseconds; without any, scopes cost nothing.
///
/// ```
/// use std::sync::Arc;
///
/// use metrics_define::{Recording, scope};
/// use opentelemetry::metrics::noop::NoopMeterProvider;
///
/// let scope = scope(Arc::new(NoopMeterProvider::new()), Recording::Unbound);
/// let _inside = scope.enter();
/// // What is recorded here goes to that provider.
/// ```
pub fn scope(provider: Arc<dyn MeterProvider + Send + Sync>, recording: Recording) -> Scope {
    install::scope_began();
    Scope(Arc::new(Inner { source: Source { provider, recording, pending: None }, metrics: RwLock::default() }))
}

/// A provider for the code inside; made by [`scope`]. It ends with its last clone and the last context that carries it.
#[derive(Clone)]
pub struct Scope(Arc<Inner>);

/// A scope for what must not keep it alive.
pub(crate) struct WeakScope(Weak<Inner>);

impl WeakScope {
    pub(crate) fn upgrade(&self) -> Option<Scope> {
        self.0.upgrade().map(Scope)
    }
}

struct Inner {
    source: Source,
    /// What a slot has in its cells for the process, by the slot's address.
    metrics: RwLock<HashMap<usize, Arc<dyn Any + Send + Sync>>>,
}

impl Scope {
    /// Puts the current thread inside, until the guard is dropped.
    #[must_use = "bind it to a name such as `_inside`: `let _ = ..` would leave at once"]
    pub fn enter(&self) -> ContextGuard {
        self.context().attach()
    }

    /// Runs a future inside, whatever thread polls it.
    pub async fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|waker| {
            let _inside = self.enter();
            future.as_mut().poll(waker)
        })
        .await
    }

    /// The current context with this scope in it: what a task or a thread takes along.
    pub fn context(&self) -> Context {
        Context::current_with_value(self.clone())
    }

    pub(crate) fn downgrade(&self) -> WeakScope {
        WeakScope(Arc::downgrade(&self.0))
    }

    /// The scope's own state of what has this key, made when it is first asked for.
    pub(crate) fn state<T: Any + Send + Sync>(&self, key: usize, make: impl FnOnce(&Source) -> T) -> Option<Arc<T>> {
        if let Some(there) = self.find(key) {
            return Some(there);
        }
        // Made outside the lock, because the provider is foreign code.
        let state: Arc<dyn Any + Send + Sync> = Arc::new(make(&self.0.source));
        let mut metrics = self.0.metrics.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(metrics.entry(key).or_insert(state)).downcast().ok()
    }

    pub(crate) fn find<T: Any + Send + Sync>(&self, key: usize) -> Option<Arc<T>> {
        let metrics = self.0.metrics.read().unwrap_or_else(PoisonError::into_inner);
        metrics.get(&key).cloned()?.downcast().ok()
    }
}

/// The scope that the calling code is in. What a thread records while its thread-locals are dropped may be in none.
pub(crate) fn current() -> Option<Scope> {
    // The context is one of those thread-locals, and asking for it panics once it is gone, which would end the process.
    contained(|| Context::map_current(|ctx| ctx.get::<Scope>().cloned())).flatten()
}

impl Drop for Inner {
    fn drop(&mut self) {
        install::scope_ended();
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("source", &self.0.source).finish_non_exhaustive()
    }
}

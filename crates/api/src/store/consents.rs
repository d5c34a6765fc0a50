//! Consents, their grants and history.

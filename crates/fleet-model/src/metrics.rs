//! Every metric that an alert or a panel may ask for.

"""The bare arms: what a careful programmer would write by hand, without any promise beyond the transaction."""

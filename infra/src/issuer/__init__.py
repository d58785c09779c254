"""The development issuer: OIDC for one machine, with the claims that Keycloak gives elsewhere; never for production."""

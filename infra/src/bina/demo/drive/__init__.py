"""Takes the examples through the services' public HTTP APIs, as each tenant's own staff would."""

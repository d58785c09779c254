"""Real Kafka and real mongod from ordinary packages; nothing here knows a service of the platform."""

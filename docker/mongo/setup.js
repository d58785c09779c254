// Makes the replica set of one member and the service's own user, who may only append to its audit log; safe to run again.
const { BINA_HOST: host, BINA_DATABASE: database, BINA_ROOT_PASSWORD: root, BINA_PASSWORD: password } = process.env;
const address = `mongodb://root:${encodeURIComponent(root)}@${host}/?authSource=admin&directConnection=true`;
const admin = connect(address).getSiblingDB("admin");
try {
  admin.runCommand({ replSetInitiate: { _id: "bina", members: [{ _id: 0, host }] } });
} catch (error) {
  if (error.codeName !== "AlreadyInitialized") throw error;
}
while (!admin.hello().isWritablePrimary) sleep(200);
const own = admin.getSiblingDB(database);
const audit = admin.getSiblingDB(`${database}_audit`);
const entries = { resource: { db: audit.getName(), collection: "audit_log" }, actions: ["find", "insert"] };
const appender = { privileges: [entries], roles: [] };
if (audit.getRole("appender")) audit.updateRole("appender", appender);
else audit.createRole({ role: "appender", ...appender });
const rights = {
  pwd: password,
  roles: [{ role: "readWrite", db: database }, { role: "appender", db: audit.getName() }],
};
if (own.getUser(database)) own.updateUser(database, rights);
else own.createUser({ user: database, ...rights });

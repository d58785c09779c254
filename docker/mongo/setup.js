// Makes the replica set of one member and the service's own user; safe to run again.
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
const rights = { pwd: password, roles: [{ role: "readWrite", db: database }] };
if (own.getUser(database)) own.updateUser(database, rights);
else own.createUser({ user: database, ...rights });

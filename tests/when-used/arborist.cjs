// As with the compiler beside it: npm's installer, which Pulumi loads to pack the modules of closures.
const installer = () => require("../../node_modules/@npmcli/arborist/lib/index.js");

module.exports = new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : installer()[name]) });

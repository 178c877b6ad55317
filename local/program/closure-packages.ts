// Pulumi loads npm's installer and the TypeScript compiler, 800 modules, to serialise closures. No function here is one,
// so they are loaded when something is asked of them: that is a quarter of what an evaluation takes. Imported before Pulumi.
import { createRequire, Module } from "node:module";

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

for (const name of ["@npmcli/arborist", "typescript"]) {
  const path = require.resolve(name);
  const standIn = new Module(path);
  standIn.filename = path;
  standIn.loaded = true;
  standIn.exports = new Proxy(
    {},
    {
      get: (_, property) => {
        if (property === "__esModule") return true;
        if (require.cache[path] === standIn) delete require.cache[path];
        const real = require(path);
        return property === "default" ? real : real[property];
      },
    },
  );
  require.cache[path] = standIn;
}

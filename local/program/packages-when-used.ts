// Pulumi loads much that evaluating a program under mocks asks nothing of: npm's installer and the TypeScript compiler,
// to serialise closures; the automation API; gRPC's client and server; traces. Each is loaded when something is asked of
// it: that is a third of what an evaluation takes. Imported before Pulumi.
import { createRequire, Module } from "node:module";

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

const whenUsed = [
  "@npmcli/arborist",
  "typescript",
  "normalize-package-data",
  "upath",
  "semver",
  "@opentelemetry/api",
  "@grpc/grpc-js",
  "./automation",
  ...["callback", "engine", "provider", "resource"].map((service) => `./proto/${service}_grpc_pb`),
];

for (const name of whenUsed) {
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

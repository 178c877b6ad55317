// Pulumi loads the TypeScript compiler to serialise closures, which nothing here does: a quarter of a second in each
// test file that loads Pulumi. `jest.moduleNameMapper` puts this in its place, which loads it when something is asked of it.
const compiler = () => require("../../node_modules/typescript/lib/typescript.js");

module.exports = new Proxy(
  {},
  {
    get: (_, name) => {
      if (name === "__esModule") return true;
      return name === "default" ? compiler() : compiler()[name];
    },
  },
);

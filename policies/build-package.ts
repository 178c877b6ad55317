// `node build-package.ts` writes dist/: this package as it is published, in JavaScript with its types, since Node does
// not strip types below node_modules. The exemptions of this repository stay here. Then: npm publish ./dist
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const source = import.meta.dirname;
const target = process.argv[2] ?? join(source, "dist");
const compiler = join(
  dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin",
  "tsc",
);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const compiled = spawnSync(
  process.execPath,
  [compiler, "--project", join(source, "tsconfig.package.json"), "--outDir", target],
  { stdio: "inherit" },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

writeFileSync(join(target, "exemptions.js"), "export const exemptions = [];\n");
for (const file of ["README.md", "rules.md", "coverage.md", "PulumiPolicy.yaml"]) {
  cpSync(join(source, file), join(target, file));
}
cpSync(join(source, "..", "LICENSE"), join(target, "LICENSE"));
cpSync(join(source, "example"), join(target, "example"), { recursive: true });
writeFileSync(
  join(target, "pack.mjs"),
  readFileSync(join(source, "pack.mjs"), "utf8").replaceAll('.ts"', '.js"'),
);

const { scripts, devDependencies, exports, ...manifest } = JSON.parse(
  readFileSync(join(source, "package.json"), "utf8"),
) as Record<string, Record<string, string>>;
const published = Object.entries(exports ?? {}).map(([name, path]) => {
  const types = path.replace(/\.ts$/, ".d.ts");
  return [name, types === path ? path : { types, default: path.replace(/\.ts$/, ".js") }];
});
writeFileSync(
  join(target, "package.json"),
  `${JSON.stringify(
    { ...manifest, exports: Object.fromEntries(published), bin: { "synapse-d-policies": "./analyze.js" } },
    undefined,
    2,
  )}\n`,
);

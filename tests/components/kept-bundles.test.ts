import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { KeptBundles } from "../../components/kept-bundles.ts";

const bundle = { code: "export{}", sources: ["functions/signaling/relay.ts"] };
const imports = (...paths: string[]) => ({
  bytes: 1,
  imports: paths.map((path) => ({ path, kind: "import-statement" as const })),
});
/** What the entry imports is dropped from the code, and imports a package. */
const metafile = {
  inputs: {
    "functions/signaling/relay.ts": imports(
      "functions/signaling/frames.ts",
      "plugin-space:made-up",
      "node:http",
    ),
    "functions/signaling/frames.ts": imports("node_modules/ws/index.js"),
    "node_modules/ws/index.js": imports(),
    "plugin-space:made-up": imports("functions/signaling/relay.ts"),
    "functions/billing/webhook.ts": imports(),
  },
};

let root: string;
const write = (path: string, text: string, folder = root) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const keep = () =>
  new KeptBundles(root).keep("signaling/relay", bundle, "functions/signaling/relay.ts", metafile);
/** As another run would find it. */
const find = (folder = root) => new KeptBundles(folder).find("signaling/relay");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "synapse-d-kept-"));
  for (const path of Object.keys(metafile.inputs)) if (!path.includes(":")) write(path, `// ${path}`);
  for (const path of ["components/bundle-options.ts", "package.json", "node_modules/.package-lock.json"]) {
    write(path, `// ${path}`);
  }
});
afterEach(() => rmSync(root, { recursive: true }));

test("a bundle is found by the next run, and no other module's", () => {
  expect(find()).toBeUndefined();
  keep();
  expect(find()).toEqual(bundle);
  expect(new KeptBundles(root).find("signaling/sweep")).toBeUndefined();
});

test.each([
  "functions/signaling/relay.ts",
  "functions/signaling/frames.ts",
  "node_modules/ws/index.js",
  "components/bundle-options.ts",
  "package.json",
  "node_modules/.package-lock.json",
  "tsconfig.json",
])("it is not found once %s has another content, and found when that is back", (path) => {
  if (path === "tsconfig.json") write(path, `// ${path}`);
  keep();
  write(path, "// changed");
  expect(find()).toBeUndefined();
  write(path, `// ${path}`);
  expect(find()).toEqual(bundle);
  rmSync(join(root, path));
  expect(find()).toBeUndefined();
});

test("a file that the module does not import may change", () => {
  keep();
  write("functions/billing/webhook.ts", "// changed");
  expect(find()).toEqual(bundle);
});

test("a file that is not whole, or of another form, counts as none", () => {
  keep();
  const kept = join("node_modules", ".cache", "bundles", "signaling-relay.bundle");
  expect(readdirSync(dirname(join(root, kept)))).toEqual(["signaling-relay.bundle"]);
  for (const text of [
    '{"inputs":{},"sources":[',
    '{"inputs":{},"sources":[],"length":8}\nexport{',
    "[]\n",
    '{"inputs":{"package.json":1},"sources":[],"length":0}\n',
    '{"inputs":{},"sources":[1],"length":0}\n',
    '{"inputs":{},"code":"export{}","sources":[]}\nexport{}',
  ]) {
    write(kept, text);
    expect([text, find()]).toEqual([text, undefined]);
  }
});

test("a copy whose packages are a link shares it, until its own functions change", () => {
  const copy = mkdtempSync(join(tmpdir(), "synapse-d-kept-copy-"));
  try {
    for (const path of Object.keys(metafile.inputs)) {
      if (path.startsWith("functions/")) write(path, `// ${path}`, copy);
    }
    for (const path of ["components/bundle-options.ts", "package.json"]) write(path, `// ${path}`, copy);
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    // As esbuild names them from the copy.
    const linked = join("..", root.split("/").at(-1) ?? "", "node_modules", "ws", "index.js");
    const { "node_modules/ws/index.js": ws, ...rest } = metafile.inputs;
    new KeptBundles(copy).keep("signaling/relay", bundle, "functions/signaling/relay.ts", {
      inputs: { ...rest, "functions/signaling/frames.ts": imports(linked), [linked]: ws },
    });
    expect([find(), find(copy)]).toEqual([bundle, bundle]);
    write("functions/signaling/frames.ts", "// changed", copy);
    expect([find(), find(copy)]).toEqual([bundle, undefined]);
    write("node_modules/ws/index.js", "// changed");
    expect(find()).toBeUndefined();
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test("where nothing can be written the bundle is not kept, and nothing else happens", () => {
  rmSync(join(root, "node_modules"), { recursive: true });
  write("node_modules", "a file");
  keep();
  expect(find()).toBeUndefined();
});

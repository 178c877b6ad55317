import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8"),
);
const packages = Object.entries(lock.packages);

test("names no host that packages came from", () => {
  expect(packages.filter(([, { resolved, link }]) => resolved && !link)).toEqual([]);
});

test("holds the optional packages of every platform, without which npm ci refuses to install", () => {
  const locked = new Set(packages.map(([path]) => path.slice(path.lastIndexOf("node_modules/") + 13)));
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !locked.has(name))
      .map((name) => `${name} of ${path}`),
  );
  expect(missing).toEqual([]);
});

/** Licences that ask for no more than their text and the names of the authors. */
const permissive = [
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"],
  ...["CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "PSF-2.0", "Python-2.0"],
];
/** Their files of that name say MIT. */
const saidElsewhere = ["node_modules/@logdna/tail-file", "node_modules/base-64"];

test("every package may be used and passed on by whoever names its authors", () => {
  const isPermissive = (license: string | undefined) =>
    (license ?? "none")
      .replaceAll(/[()]/g, "")
      .split(/ AND | OR /)
      .every((each) => permissive.includes(each));
  const others = packages.filter(
    ([path, { license, link }]) => path !== "" && !link && !isPermissive(license),
  );
  expect(others.map(([path]) => path)).toEqual(saidElsewhere);
});

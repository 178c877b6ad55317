// One evaluation in a process of its own: prints `{"milliseconds"}` from the start of node. `import` only imports
// @pulumi/aws, as any program does; `program` evaluates index.ts as the stack prod, with every bundle, as `npm run
// graph` does.
const [what] = process.argv.slice(2);
let resources = 0;
if (what === "import") {
  await import("@pulumi/aws");
} else {
  await import("../../local/program/packages-when-used.ts");
  const { captureRegistrations } = await import("../../policies/capture-registrations.ts");
  const { stackConfiguration } = await import("../../local/program/stack-configuration.ts");
  const config = stackConfiguration("prod");
  const options = { project: "synapse-d", stack: "prod", config, preview: true };
  resources = (await captureRegistrations(() => import("../../index.ts"), options)).length;
}
console.log(JSON.stringify({ milliseconds: performance.now(), resources }));
process.exit();

export {};

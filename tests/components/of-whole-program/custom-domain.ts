import { beforeAll, expect, test } from "@jest/globals";
import type { Domain } from "../../../components/custom-domain.ts";
import { grants, inventory, only, type Recorded } from "../recorded-program.ts";
import { recordedWholeProgram, type WholeProgram, wholeProgram } from "../whole-program.ts";

const domainOf = (name: string): Domain => ({
  name,
  certificateArn: `arn:aws:acm:us-east-1:111122223333:certificate/${name}`,
});
const domains = {
  signaling: { ...domainOf("signaling.example.com"), hostedZoneId: "Z0123456789" },
  billing: domainOf("billing.example.com"),
};
let named: WholeProgram;
let unnamed: WholeProgram;
beforeAll(async () => {
  named = await recordedWholeProgram(domains);
  unnamed = await wholeProgram();
}, 120_000);

const environmentOf = (recorded: readonly Recorded[], name: string) =>
  (only(recorded, "aws:lambda/function:Function", name).environment as { variables: object }).variables;

test("each API is reached by its own name, regionally and with TLS 1.2, and by nothing else", () => {
  const { recorded, urls } = named;
  expect(urls).toEqual({ signaling: "wss://signaling.example.com", billing: "https://billing.example.com" });
  for (const name of ["signaling", "billing"] as const) {
    expect(only(recorded, "aws:apigatewayv2/domainName:DomainName", name)).toEqual({
      domainName: domains[name].name,
      domainNameConfiguration: {
        certificateArn: domains[name].certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
      },
    });
    expect(only(recorded, "aws:apigatewayv2/apiMapping:ApiMapping", name)).toEqual({
      apiId: `${name}-id`,
      domainName: `${name}-id`,
      stage: "v1",
    });
  }
  expect(only(recorded, "aws:apigatewayv2/api:Api", "signaling").disableExecuteApiEndpoint).toBe(true);
  expect(only(recorded, "aws:apigateway/restApi:RestApi", "billing").disableExecuteApiEndpoint).toBe(true);
  // Closed from the next deployment on, so there must be one.
  for (const [type, name] of [
    ["aws:apigatewayv2/deployment:Deployment", "signaling"],
    ["aws:apigateway/deployment:Deployment", "billing"],
  ] as const)
    expect(only(recorded, type, name).triggers).toMatchObject({ endpoint: "closed" });
});

test("functions name the domain to clients and post through it, by the same grants as before", () => {
  const { recorded } = named;
  expect(environmentOf(recorded, "IssueProofHandler")).toMatchObject({
    SIGNALING_URL: "wss://signaling.example.com",
  });
  expect(environmentOf(recorded, "RelayServer")).toMatchObject({
    CONNECTIONS_URL: "https://signaling.example.com",
  });
  const posting = (each: readonly Recorded[]) =>
    grants(each, "RelayServer")["RelayServer-post-to-connections"];
  expect(posting(recorded)).toEqual(posting(unnamed.recorded));
});

test("a zone gets an alias of the name, and without one there is none", () => {
  const { recorded } = named;
  expect(inventory(recorded).filter((each) => each.endsWith(" Record"))).toEqual(["signaling Record"]);
  expect(only(recorded, "aws:route53/record:Record", "signaling")).toEqual({
    zoneId: "Z0123456789",
    name: "signaling.example.com",
    type: "A",
    aliases: [{ name: "target.example.com", zoneId: "ZTARGET", evaluateTargetHealth: false }],
  });
});

test("without domains the APIs keep the addresses that API Gateway gives them", () => {
  const { recorded, urls } = unnamed;
  expect(urls).toEqual({
    signaling: "wss://signaling.example.com/v1",
    billing: "https://billing.example.com/v1",
  });
  expect(inventory(recorded).filter((each) => /DomainName|ApiMapping/.test(each))).toEqual([]);
  expect(only(recorded, "aws:apigatewayv2/api:Api", "signaling")).not.toHaveProperty(
    "disableExecuteApiEndpoint",
  );
  expect(only(recorded, "aws:apigatewayv2/deployment:Deployment", "signaling").triggers).not.toHaveProperty(
    "endpoint",
  );
});

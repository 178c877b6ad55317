import { expect, test } from "@jest/globals";
import type { IntegrationResponse } from "../../../../local/api-gateway/rest/api-definition.ts";
import { mockIntegration } from "../../../../local/api-gateway/rest/mock-integration.ts";
import type { ReceivedRequest } from "../../../../local/api-gateway/rest/received-request.ts";
import type { RequestContext } from "../../../../local/api-gateway/rest/request-context.ts";
import { checkTemplate } from "../../../../local/api-gateway/rest/velocity.ts";

const request: ReceivedRequest = {
  httpMethod: "OPTIONS",
  stage: "v1",
  fullPath: "/v1/pets/7",
  path: "/pets/7",
  query: "page=2&page=3",
  headers: [
    ["origin", "https://a.example"],
    ["X-Name", 'O\'Neil "x"\né/'],
  ],
  protocol: "HTTP/1.1",
  sourceIp: "127.0.0.1",
  readBody: async () => ({ kind: "read", body: "" }),
};

interface Mock {
  readonly template?: string;
  readonly templates?: Record<string, string>;
  readonly contentType?: string;
  readonly body?: string;
  readonly passthroughBehavior?: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";
  readonly responses?: readonly IntegrationResponse[];
}

const defaultResponse: IntegrationResponse = {
  statusCode: "200",
  responseParameters: {},
  responseTemplates: {},
};

function mock({
  template,
  templates,
  contentType,
  body = "",
  passthroughBehavior = "WHEN_NO_MATCH",
  responses,
}: Mock) {
  const responseTemplates = template === undefined ? {} : { "application/json": template };
  return mockIntegration(
    {
      type: "MOCK",
      passthroughBehavior,
      requestTemplates: templates ?? { "application/json": '{"statusCode":200}' },
    },
    responses ?? [{ ...defaultResponse, responseTemplates }],
    {
      request: {
        ...request,
        headers: [...request.headers, ...(contentType ? [["Content-Type", contentType] as const] : [])],
      },
      pathParameters: { id: "7" },
      body,
      context: { requestId: "r-1", identity: { sourceIp: "127.0.0.1" } } as RequestContext,
      stageVariables: { color: "blue" },
    },
  );
}

test.each([
  ['$input.params().header.get("origin")', "https://a.example"],
  ["$input.params('id') $input.params('page') $input.params('none')", "7 3 "],
  ["$input.params().querystring.page $input.params().path.id", "3 7"],
  ["$context.requestId $context.identity.sourceIp $stageVariables.color", "r-1 127.0.0.1 blue"],
  ["$util.escapeJavaScript($input.params('X-Name'))", 'O\\\'Neil \\"x\\"\\n\\u00E9\\/'],
  ["$util.urlEncode('a b/c') $util.urlDecode('a+b%2Fc')", "a+b%2Fc a b/c"],
  ["$util.base64Encode('hi') $util.base64Decode('aGk=')", "aGk= hi"],
  ["#set($o = $util.parseJson('{\"a\":[1,2]}'))$o.a.size()", "2"],
  ['#if($input.params("origin").startsWith("https:"))y#{else}n#end', "y"],
  ["#foreach($i in [1..3])$i#end", "123"],
])("renders %s", (template, body) => {
  expect(mock({ template })).toMatchObject({ statusCode: 200, body });
});

test.each([
  "$input.params('origin').includes('a')",
  '#set($l = ["a"])$l.contains("a")',
  "$util.nope()",
  "$util.parseJson('{')",
])("throws for %s rather than render something else than API Gateway", (template) => {
  expect(() => mock({ template })).toThrow(Error);
});

test.each([
  '$input.constructor.constructor("return 1")',
  '$util.escapeJavaScript.constructor("return 1")',
  "#set($c = $context.__proto__)$c",
])("reaches no JavaScript object by %s", (template) => {
  const body = template.replace(/^#set.*\)/, "");
  expect(mock({ template })).toMatchObject({ body });
});

test("refuses templates with a body path, which it does not implement", () => {
  expect(() => checkTemplate("$input.json('$')")).toThrow("$input.json is not supported by the local cloud");
  expect(() => checkTemplate("#if(")).toThrow(Error);
});

test("lets a template override headers and status", () => {
  const template =
    '#set($context.responseOverride.status = 401)#set($context.responseOverride.header.X-One = "two")';
  const responses = [
    {
      statusCode: "200",
      responseParameters: {
        "method.response.header.x-one": "'one'",
        "method.response.header.Vary": "'Origin'",
      },
      responseTemplates: { "application/json": template },
    },
  ];
  expect(mock({ responses })).toEqual({
    statusCode: 401,
    headers: [
      ["Content-Type", "application/json"],
      ["Vary", "Origin"],
      ["X-One", "two"],
    ],
    body: "",
  });
});

test("is a configuration error when an override does not fit HTTP", () => {
  const configurationError = { responseType: "API_CONFIGURATION_ERROR" };
  expect(mock({ template: "#set($context.responseOverride.status = 99)" })).toEqual(configurationError);
  expect(mock({ template: '#set($context.responseOverride.header.X = $input.params("X-Name"))' })).toEqual(
    configurationError,
  );
});

test("selects the response whose pattern is the mocked status, else the default", () => {
  const responses = [defaultResponse, { ...defaultResponse, statusCode: "404", selectionPattern: "4\\d\\d" }];
  const statusOf = (status: string) =>
    mock({ responses, templates: { "application/json": `{"statusCode":${status}}` } });
  expect(statusOf("404")).toMatchObject({ statusCode: 404 });
  expect(statusOf("500")).toMatchObject({ statusCode: 200 });
  expect(mock({ responses: [] })).toEqual({ responseType: "API_CONFIGURATION_ERROR" });
});

test.each(["", "null", "[]", "{", '{"statusCode":"200"}', '{"status":200}'])(
  "is a configuration error when the request template gives %j",
  (template) => {
    expect(mock({ templates: { "application/json": template } })).toEqual({
      responseType: "API_CONFIGURATION_ERROR",
    });
  },
);

test.each([
  ["WHEN_NO_MATCH", { "application/json": "{}" }, { statusCode: 200 }],
  ["WHEN_NO_TEMPLATES", { "application/json": "{}" }, { responseType: "UNSUPPORTED_MEDIA_TYPE" }],
  ["WHEN_NO_TEMPLATES", {}, { statusCode: 200 }],
  ["NEVER", {}, { responseType: "UNSUPPORTED_MEDIA_TYPE" }],
] as const)(
  "with %s and templates %j answers another media type with %j",
  (passthroughBehavior, templates, answer) => {
    const result = mock({
      passthroughBehavior,
      templates,
      contentType: "text/plain",
      body: '{"statusCode":200}',
    });
    expect(result).toMatchObject(answer);
  },
);

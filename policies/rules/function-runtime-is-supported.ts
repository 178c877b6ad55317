import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";

/** Runtimes that get no more security patches: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html. */
const deprecated =
  /^(nodejs(4\.3|6\.10|8\.10|1[0-9]\.x|20\.x)?|python(2\.7|3\.([6-9]|10))|ruby(2\.\d|3\.2)|java8|go1\.x|provided|dotnetcore.*|dotnet[5-8])$/;

export const functionRuntimeIsSupported = resourceRule({
  name: "function-runtime-is-supported",
  holds: "Every function names a runtime that AWS still patches.",
  why: "After its end a runtime gets no security patches, and later no deployments either.",
  elsewhere: ["AwsSolutions-L1", "Serverless-LambdaLatestVersion", "CKV_AWS_363"],
  types: [lambdaFunction],
  violations: (resource) => {
    if (resource.is("packageType", "Image")) return [];
    if (!resource.has("runtime")) return ["Set runtime."];
    const runtime = resource.text("runtime");
    return deprecated.test(runtime) ? [`${runtime} is deprecated; name a newer runtime.`] : [];
  },
});

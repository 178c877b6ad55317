import * as apigatewayv2 from "@pulumi/aws/apigatewayv2/index.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";

/** A name of the team's own for an API. */
export interface Domain {
  /** Such as `signaling.example.com`. It leads to one API only: API Gateway mixes no WebSocket API with a REST API. */
  readonly name: string;
  /** Of ACM, of the API's Region, issued for the name. */
  readonly certificateArn: string;
  /** The public zone of Route 53 that gets the record. Without it the team makes one itself. */
  readonly hostedZoneId?: string | undefined;
}

export interface CustomDomainArgs extends Domain {
  readonly apiId: pulumi.Input<string>;
  readonly stageName: pulumi.Input<string>;
}

/**
 * The whole of a name, regional and with TLS 1.2 at least, leads to a stage, which does not stand in the path then. An API
 * mapping of version 2 leads to a REST API too
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html). The API's own address is
 * closed by the API itself, `disableExecuteApiEndpoint`.
 */
export class CustomDomain extends pulumi.ComponentResource {
  /** What a record of the name must point to. */
  readonly target: pulumi.Output<string>;

  constructor(name: string, args: CustomDomainArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:CustomDomain", name, {}, options);
    const parent = { parent: this };
    const domain = new apigatewayv2.DomainName(
      name,
      {
        domainName: args.name,
        domainNameConfiguration: {
          certificateArn: args.certificateArn,
          endpointType: "REGIONAL",
          securityPolicy: "TLS_1_2",
        },
      },
      parent,
    );
    new apigatewayv2.ApiMapping(
      name,
      { apiId: args.apiId, domainName: domain.id, stage: args.stageName },
      parent,
    );
    const { domainNameConfiguration } = domain;
    this.target = domainNameConfiguration.targetDomainName;
    if (args.hostedZoneId !== undefined) {
      new route53.Record(
        name,
        {
          zoneId: args.hostedZoneId,
          name: args.name,
          type: "A",
          aliases: [
            {
              name: domainNameConfiguration.targetDomainName,
              zoneId: domainNameConfiguration.hostedZoneId,
              evaluateTargetHealth: false,
            },
          ],
        },
        parent,
      );
    }
    this.registerOutputs({ target: this.target });
  }
}

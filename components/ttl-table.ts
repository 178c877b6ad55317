import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import type * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { InlineFunction } from "./inline-function.ts";
import { type Conditions, policyDocument } from "./policy-document.ts";

/** A key attribute: its name and its DynamoDB type, string or number. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

export interface TtlTableIndex {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /** The attributes that the index carries besides the keys. */
  readonly projected: readonly string[];
}

/** Another order of the rows of one partition key. Can be read consistently; cannot be added to a table later. */
export interface TtlTableLocalIndex {
  readonly sortKey: KeyAttribute;
  /** The attributes that the index carries besides the keys. */
  readonly projected: readonly string[];
}

/** A point in time of a table of the same account and Region. */
export interface TableRestore {
  /** The table's name on AWS. */
  readonly from: string;
  /** As `2026-11-25T10:15:00Z`, within the 35 days of point-in-time recovery. */
  readonly at: string;
}

export interface TtlTableArgs {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /** The number attribute whose epoch second ends a row. DynamoDB deletes late, so readers check it too. */
  readonly ttlAttribute: string;
  /** Index name → its keys and projection. */
  readonly indexes?: Readonly<Record<string, TtlTableIndex>>;
  /** Likewise, within a partition key. */
  readonly localIndexes?: Readonly<Record<string, TtlTableLocalIndex>>;
  /** On-demand ceilings a second, so that a runaway client cannot run up the bill. Default 4,000 each. */
  readonly maxReadRequestUnits?: number;
  readonly maxWriteRequestUnits?: number;
  /** Makes the table from another one as it was at a time, instead of empty. A change replaces the table. */
  readonly restore?: TableRestore | undefined;
  /** Default true: the table must be unprotected before it can be destroyed. */
  readonly deletionProtection?: boolean;
}

/**
 * A DynamoDB table for rows that expire: on-demand with a ceiling, encrypted, with point-in-time
 * recovery and deletion protection. Each verb grants one action on this table, or on one of its indexes.
 */
export class TtlTable extends pulumi.ComponentResource {
  readonly table: dynamodb.Table;
  readonly name: pulumi.Output<string>;
  readonly #name: string;
  /** The roles that were granted anything. */
  readonly #grantees = new Set<iam.Role>();

  constructor(name: string, args: TtlTableArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:TtlTable", name, {}, options);
    this.#name = name;
    const indexes = Object.entries(args.indexes ?? {});
    const localIndexes = Object.entries(args.localIndexes ?? {});
    this.table = new dynamodb.Table(
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        onDemandThroughput: {
          maxReadRequestUnits: args.maxReadRequestUnits ?? 4_000,
          maxWriteRequestUnits: args.maxWriteRequestUnits ?? 4_000,
        },
        hashKey: args.partitionKey.name,
        ...(args.sortKey && { rangeKey: args.sortKey.name }),
        attributes: keyAttributes([
          args,
          ...indexes.map(([, index]) => index),
          ...localIndexes.map(([, { sortKey }]) => ({ partitionKey: args.partitionKey, sortKey })),
        ]),
        globalSecondaryIndexes: indexes.map(([indexName, index]) => ({
          name: indexName,
          hashKey: index.partitionKey.name,
          ...(index.sortKey && { rangeKey: index.sortKey.name }),
          ...projection(index.projected),
        })),
        ...(localIndexes.length > 0 && {
          localSecondaryIndexes: localIndexes.map(([indexName, index]) => ({
            name: indexName,
            rangeKey: index.sortKey.name,
            ...projection(index.projected),
          })),
        }),
        ttl: { attributeName: args.ttlAttribute, enabled: true },
        serverSideEncryption: { enabled: true },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: args.deletionProtection ?? true,
        ...(args.restore && { restoreSourceName: args.restore.from, restoreDateTime: args.restore.at }),
      },
      { parent: this },
    );
    this.name = this.table.name;
    this.registerOutputs({ name: this.name });
  }

  /** GetItem. */
  grantRead(reader: InlineFunction): iam.RolePolicy {
    return this.#grant(reader, "GetItem");
  }

  /** PutItem. */
  grantPut(writer: InlineFunction): iam.RolePolicy {
    return this.#grant(writer, "PutItem");
  }

  /**
   * UpdateItem that names no attribute but these; the key attributes it names count too. Of the rows of one partition
   * key only, where one is named.
   */
  grantUpdate(writer: InlineFunction, attributes: readonly string[], partition?: string): iam.RolePolicy {
    return this.#grant(writer, "UpdateItem", {
      "ForAllValues:StringEquals": {
        "dynamodb:Attributes": [...attributes],
        ...(partition !== undefined && { "dynamodb:LeadingKeys": [partition] }),
      },
    });
  }

  /** DeleteItem. */
  grantDelete(writer: InlineFunction): iam.RolePolicy {
    return this.#grant(writer, "DeleteItem");
  }

  /** Scan of the table itself. */
  grantScan(reader: InlineFunction): iam.RolePolicy {
    return this.#grant(reader, "Scan");
  }

  /** Query of one index, or of the table itself where none is named. */
  grantQuery(reader: InlineFunction, index?: string): iam.RolePolicy {
    if (index === undefined) return this.#grant(reader, "Query");
    this.#grantees.add(reader.role);
    return reader.grant(`query-${this.#name}-${index}`, {
      actions: ["dynamodb:Query"],
      resources: [pulumi.interpolate`${this.table.arn}/index/${index}`],
    });
  }

  /**
   * Denies every read and write of rows by anybody but the functions that were granted something by now and the
   * principals of these ARNs, whatever their own policies allow; `*` in an ARN stands for any text. Who may manage the
   * table, and back it up, is left to their policies, so nobody is locked out.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
   */
  denyOthers(principals: readonly pulumi.Input<string>[]): dynamodb.ResourcePolicy {
    const { arn } = this.table;
    return new dynamodb.ResourcePolicy(
      this.#name,
      {
        resourceArn: arn,
        policy: policyDocument([
          {
            Effect: "Deny",
            Principal: "*",
            Action: rowActions,
            Resource: [arn, pulumi.interpolate`${arn}/index/*`],
            Condition: {
              ArnNotLike: {
                "aws:PrincipalArn": [...[...this.#grantees].map((role) => role.arn), ...principals],
              },
            },
          },
        ]),
      },
      { parent: this },
    );
  }

  #grant(grantee: InlineFunction, operation: string, condition?: Conditions): iam.RolePolicy {
    this.#grantees.add(grantee.role);
    return grantee.grant(`${operation.replace("Item", "").toLowerCase()}-${this.#name}`, {
      actions: [`dynamodb:${operation}`],
      resources: [this.table.arn],
      ...(condition && { condition }),
    });
  }
}

/** Every action on rows (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html). */
const rowActions = [
  "BatchGetItem",
  "BatchWriteItem",
  "ConditionCheckItem",
  "DeleteItem",
  "GetItem",
  "PartiQLDelete",
  "PartiQLInsert",
  "PartiQLSelect",
  "PartiQLUpdate",
  "PutItem",
  "Query",
  "Scan",
  "UpdateItem",
].map((operation) => `dynamodb:${operation}`);

const projection = (attributes: readonly string[]) =>
  attributes.length === 0
    ? { projectionType: "KEYS_ONLY" }
    : { projectionType: "INCLUDE", nonKeyAttributes: [...attributes] };

function keyAttributes(
  keyed: readonly { partitionKey: KeyAttribute; sortKey?: KeyAttribute }[],
): KeyAttribute[] {
  const attributes = new Map<string, KeyAttribute>();
  for (const { partitionKey, sortKey } of keyed) {
    attributes.set(partitionKey.name, partitionKey);
    if (sortKey) attributes.set(sortKey.name, sortKey);
  }
  return [...attributes.values()];
}

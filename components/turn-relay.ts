import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as ecs from "@pulumi/aws/ecs/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as lb from "@pulumi/aws/lb/index.js";
import * as awsx from "@pulumi/awsx/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { maskedLogGroup } from "./masked-log-group.ts";
import { accountOf, allow, assumableBy, type Statement } from "./policy-document.ts";
import { relayContainer, relayPorts, turnPort } from "./relay-container.ts";
import type { RelayConfiguration } from "./turn-configuration.ts";

export interface TurnRelayArgs extends RelayConfiguration {
  /** What it shares with the billing API. */
  readonly secretArn: string;
  readonly logRetentionDays: number;
}

/** Strict firewalls let 443 pass. */
const tcpPort = 443;
const everybody = ["0.0.0.0/0"];

/**
 * A TURN relay of the stack's own: coturn on Fargate, in a VPC of its own with public subnets only. Clients reach it
 * through a load balancer with one name; what is relayed goes out by each task's own public address
 * (docs/decisions/0018-clients-reach-relays-by-one-name.md). Its tasks have no role: AWS gives them no credentials.
 */
export class TurnRelay extends pulumi.ComponentResource {
  /** For clients: over UDP, and over TCP where UDP does not pass. */
  readonly urls: pulumi.Output<readonly string[]>;
  readonly secretArn: string;
  /** By which CloudWatch names what clients reach over UDP. */
  readonly metricDimensions: {
    readonly LoadBalancer: pulumi.Output<string>;
    readonly TargetGroup: pulumi.Output<string>;
  };
  readonly #name: string;

  constructor(name: string, args: TurnRelayArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:TurnRelay", name, {}, options);
    const parent = { parent: this };
    this.#name = name;
    this.secretArn = args.secretArn;
    const vpc = new awsx.Vpc(
      name,
      {
        cidrBlock: args.cidrBlock,
        numberOfAvailabilityZones: 2,
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Public" }],
        natGateways: { strategy: "None" },
        enableDnsHostnames: true,
      },
      parent,
    );
    // What AWS makes with a VPC lets everything in it talk with each other.
    new ec2.DefaultSecurityGroup(name, { vpcId: vpc.vpcId, ingress: [], egress: [] }, parent);
    const balancer = new lb.LoadBalancer(
      name,
      { loadBalancerType: "network", internal: false, subnets: vpc.publicSubnetIds },
      parent,
    );
    const udp = this.#listen(vpc.vpcId, balancer, "UDP", turnPort);
    const tcp = this.#listen(vpc.vpcId, balancer, "TCP", tcpPort);
    this.metricDimensions = { LoadBalancer: balancer.arnSuffix, TargetGroup: udp.group.arnSuffix };
    this.urls = balancer.dnsName.apply((host) => [
      `turn:${host}:${turnPort}?transport=udp`,
      `turn:${host}:${tcpPort}?transport=tcp`,
    ]);
    const { task, grants } = this.#task(args);
    new ecs.Service(
      name,
      {
        cluster: new ecs.Cluster(name, {}, parent).arn,
        taskDefinition: task.arn,
        desiredCount: args.tasks,
        launchType: "FARGATE",
        platformVersion: "1.4.0",
        networkConfiguration: {
          subnets: vpc.publicSubnetIds,
          securityGroups: [this.#guard(vpc.vpcId).id],
          assignPublicIp: true,
        },
        loadBalancers: [udp, tcp].map(({ group }) => ({
          targetGroupArn: group.arn,
          containerName: "coturn",
          containerPort: turnPort,
        })),
        // The new tasks take calls before the old ones are drained; those that fail to are taken back.
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        healthCheckGracePeriodSeconds: 60,
        enableExecuteCommand: false,
      },
      { ...parent, dependsOn: [udp.listener, tcp.listener, ...grants] },
    );
    this.registerOutputs({ urls: this.urls });
  }

  #listen(vpcId: pulumi.Input<string>, balancer: lb.LoadBalancer, protocol: "UDP" | "TCP", port: number) {
    const name = `${this.#name}-${protocol.toLowerCase()}`;
    const group = new lb.TargetGroup(
      name,
      {
        vpcId,
        targetType: "ip",
        protocol,
        port: turnPort,
        // coturn tells a client its address, and bounds refusals by it. UDP has no health check of its own.
        preserveClientIp: "true",
        healthCheck: {
          protocol: "TCP",
          port: String(turnPort),
          interval: 10,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        deregistrationDelay: 120,
      },
      { parent: this },
    );
    const listener = new lb.Listener(
      name,
      {
        loadBalancerArn: balancer.arn,
        protocol,
        port,
        defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
      },
      { parent: this },
    );
    return { group, listener };
  }

  /** Who may reach a task, and whom it may reach. */
  #guard(vpcId: pulumi.Input<string>): ec2.SecurityGroup {
    const open = (description: string, protocol: "udp" | "tcp", fromPort: number, toPort = fromPort) => ({
      description,
      protocol,
      fromPort,
      toPort,
      cidrBlocks: everybody,
    });
    return new ec2.SecurityGroup(
      `${this.#name}-tasks`,
      {
        vpcId,
        description: "coturn: clients, and the peers that it relays to",
        ingress: [
          open("Clients", "udp", turnPort),
          open("Clients, and health checks", "tcp", turnPort),
          open("What peers send to relayed addresses", "udp", relayPorts.from, relayPorts.to),
        ],
        egress: [
          // Names are resolved over it too, by which a task learns its public address.
          open("Peers, on any port", "udp", 0, 65_535),
          open("The image, the secret and the logs", "tcp", 443),
        ],
      },
      { parent: this },
    );
  }

  #task({ image, cpu, memory, secretArn, logRetentionDays }: TurnRelayArgs) {
    const parent = { parent: this };
    // coturn names users by their pseudonyms, and the addresses of everybody.
    const logGroup = maskedLogGroup("TurnRelay", logRetentionDays, this);
    // ECS itself starts the task with it; the task has none.
    const role = new iam.Role(
      `${this.#name}-start`,
      {
        assumeRolePolicy: assumableBy("ecs-tasks.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": accountOf(logGroup.arn) },
        }),
      },
      parent,
    );
    const grant = (what: string, statement: Statement) =>
      new iam.RolePolicy(
        `${this.#name}-start-${what}`,
        { role: role.name, policy: allow(statement) },
        parent,
      );
    const grants = [
      grant("logs", {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [pulumi.interpolate`${logGroup.arn}:*`],
      }),
      grant("secret", { actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] }),
    ];
    const container = pulumi
      .all([logGroup.name, logGroup.arn])
      .apply(([name, arn]) =>
        relayContainer({ image, secretArn, logGroup: name, region: arn.split(":")[3] ?? "" }),
      );
    const task = new ecs.TaskDefinition(
      this.#name,
      {
        family: `${pulumi.getProject()}-${pulumi.getStack()}-relay`,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(cpu),
        memory: String(memory),
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
        executionRoleArn: role.arn,
        containerDefinitions: pulumi.jsonStringify([container]),
      },
      parent,
    );
    return { task, grants };
  }
}

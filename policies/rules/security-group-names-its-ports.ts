import { securityGroup } from "../aws.ts";
import { resourceRule } from "../rule.ts";

const everybody: readonly unknown[] = ["0.0.0.0/0", "::/0"];
/** Those of operators: SSH, Telnet, SMB, RDP, VNC, and of databases and Docker. */
const administrative = [22, 23, 445, 1433, 2375, 2376, 3306, 3389, 5432, 5900, 6379, 9200, 11_211, 27_017];

export const securityGroupNamesItsPorts = resourceRule({
  name: "security-group-names-its-ports",
  holds: "Everybody may reach UDP and TCP ports that are named, and none of operators and databases.",
  why: "A port that nobody thought of is found within hours.",
  elsewhere: [],
  types: [securityGroup],
  violations: (resource) =>
    resource
      .items("ingress")
      .filter((rule) =>
        [...resource.list(`${rule}.cidrBlocks`), ...resource.list(`${rule}.ipv6CidrBlocks`)].some((range) =>
          everybody.includes(range),
        ),
      )
      .flatMap((rule) => {
        if (!resource.is(`${rule}.protocol`, "udp", "tcp", "17", "6", "icmp", "icmpv6", "1", "58"))
          return ["Name the protocol, udp or tcp, that everybody may use."];
        const from = resource.number(`${rule}.fromPort`, 0);
        const to = resource.number(`${rule}.toPort`, 65_535);
        return administrative
          .filter((port) => resource.is(`${rule}.protocol`, "tcp", "6") && from <= port && port <= to)
          .slice(0, 1)
          .map((port) => `Close port ${port} to everybody.`);
      }),
});

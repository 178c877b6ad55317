// What the components declare together, and each of them: evaluating all of it takes longer than to look at it.
import "./of-whole-program/signaling-api.ts";
import "./of-whole-program/signaling-grants.ts";
import "./of-whole-program/billing-api.ts";
import "./of-whole-program/billing-grants.ts";
import "./of-whole-program/rest-api-guard.ts";
import "./of-whole-program/custom-domain.ts";
import "./of-whole-program/bound-every-role.ts";

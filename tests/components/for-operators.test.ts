// What the program declares for operators, seen in prod as a whole: evaluating it takes longer than to look at it.
import "./for-operators/operator-alarms.ts";
import "./for-operators/operator-dashboard.ts";
import "./for-operators/operator-queries.ts";

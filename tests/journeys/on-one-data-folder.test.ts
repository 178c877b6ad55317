// A changed program, and after it was killed the program as it is on the same data folder.
import "./on-one-data-folder/relay-without-grant.ts";
import "./on-one-data-folder/authorizer-asked-twice.ts";
import "./on-one-data-folder/killed-during-a-call.ts";
import "./on-one-data-folder/least-privilege.ts";

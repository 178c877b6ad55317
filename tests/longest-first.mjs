import Sequencer from "@jest/test-sequencer";

/** What takes longest, in that order. On a fresh machine Jest knows no durations, and would begin with the largest files. */
const longest = [
  "tests/journeys/on-one-program.test.ts",
  "tests/journeys/in-one-browser.test.ts",
  "tests/journeys/chaos.test.ts",
  "tests/policies/programs.test.ts",
  "tests/journeys/",
  "tests/local/console/page.test.ts",
];

const place = ({ path }) => {
  const found = longest.findIndex((part) => path.replaceAll("\\", "/").includes(part));
  return found === -1 ? longest.length : found;
};

/** Starts the longest test files first, so that at the end no worker waits for one that began late. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => place(one) - place(other));
  }
}

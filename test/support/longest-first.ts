/** The order of test files: those that start whole programs first, so that a long one doesn't run alone at the end. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const longest = ["test/faults/", "test/browser/", "test/scenarios/", "test/db/"];

function rank(file: TestSpecification): number {
  const place = longest.findIndex((folder) => file.moduleId.includes(`/${folder}`));
  return place === -1 ? longest.length : place;
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

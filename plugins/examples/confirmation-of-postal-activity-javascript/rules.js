// Confirmation of postal activity, the rules of `../confirmation-of-postal-activity/2021-01-01.yaml`.
//
// Facts, options, conditions, documents and fees are told by their position in the package, counted from 0.

const FACT = { noticeCase: 0, scope: 1, firstDayOfActivity: 2, hasBrandOnItems: 3, notifiedInTime: 4 };
const NOTICE_CASE = { ownServices: 0, branchOrOffice: 1 };
const SCOPE = { withinProvince: 0 };
const CONDITION = { settledByDepartment: 0, notifiedInTime: 1 };
const DOCUMENT = {
  notice: 0,
  registrationCertificate: 1,
  modelContract: 2,
  brandSamples: 3,
  tariff: 4,
  qualityStandard: 5,
  compensationAndComplaintRules: 6,
  foundingLicenceOfBranch: 7,
};
const FEE = { appraisalOfOwnServices: 0, appraisalOfBranch: 1 };
const STANDARD = 0;

// A truth is `true`, `false`, or unknown: then it is the set of the facts that are not told and that it hangs on.
// So whatever is unknown knows what to ask.

const isUnknown = (truth) => truth instanceof Set;

/** No if one of them is no, whatever the others are. */
function and(...truths) {
  if (truths.includes(false)) return false;
  const asked = truths.filter(isUnknown).flatMap((truth) => [...truth]);
  return asked.length === 0 || new Set(asked);
}

/** `then` if the condition holds, else `otherwise`; while the condition is unknown, so is the result. */
function choose(condition, then, otherwise) {
  if (!isUnknown(condition)) return condition ? then : otherwise;
  const asked = [condition, then, otherwise].filter(isUnknown).flatMap((truth) => [...truth]);
  return new Set(asked);
}

export const rules = {
  assess(application) {
    const told = new Map(application.facts.map(({ fact, value }) => [fact, value.val]));
    const fact = (number) => (told.has(number) ? told.get(number) : new Set([number]));
    const is = (number, option) => (told.has(number) ? told.get(number) === option : new Set([number]));

    const isOwnService = is(FACT.noticeCase, NOTICE_CASE.ownServices);
    const isBranch = is(FACT.noticeCase, NOTICE_CASE.branchOrOffice);
    const isWithinProvince = is(FACT.scope, SCOPE.withinProvince);
    const settledByDepartment = choose(isOwnService, isWithinProvince, isBranch);

    const missing = [];
    const ask = (truth, tag, val) => {
      if (isUnknown(truth)) for (const fact of truth) missing.push({ fact, subject: { tag, val } });
    };

    const condition = (condition, rule) => {
      ask(rule, "condition", condition);
      return { condition, outcome: isUnknown(rule) ? "unknown" : rule ? "satisfied" : "violated" };
    };
    const document = (document, originals, copies, when) => {
      ask(when, "document", document);
      return { document, need: isUnknown(when) ? "unknown" : when ? "required" : "not-needed", originals, copies };
    };
    // In whole đồng. An amount is far below 2^53, from where on a number that is no BigInt is not exact any more.
    const fee = (fee, amount, when) => {
      ask(when, "fee", fee);
      if (isUnknown(when)) return { fee, due: "unknown" };
      return when ? { fee, due: "due", amount, fullAmount: amount } : { fee, due: "not-due" };
    };

    return {
      exemptions: [],
      conditions: [
        condition(CONDITION.settledByDepartment, settledByDepartment),
        condition(CONDITION.notifiedInTime, fact(FACT.notifiedInTime)),
      ],
      documents: [
        document(DOCUMENT.notice, 1, 0, true),
        document(DOCUMENT.registrationCertificate, 0, 1, isOwnService),
        document(DOCUMENT.modelContract, 1, 0, isOwnService),
        document(DOCUMENT.brandSamples, 1, 0, and(isOwnService, fact(FACT.hasBrandOnItems))),
        document(DOCUMENT.tariff, 1, 0, isOwnService),
        document(DOCUMENT.qualityStandard, 1, 0, isOwnService),
        document(DOCUMENT.compensationAndComplaintRules, 1, 0, isOwnService),
        document(DOCUMENT.foundingLicenceOfBranch, 0, 1, isBranch),
      ],
      timeLimit: { tag: "row", val: STANDARD },
      fees: [
        fee(FEE.appraisalOfOwnServices, 1_250_000, and(isOwnService, isWithinProvince)),
        fee(FEE.appraisalOfBranch, 1_000_000, isBranch),
      ],
      missing,
      problems: [],
    };
  },
};

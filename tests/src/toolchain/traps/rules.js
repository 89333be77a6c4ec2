// What a plugin in JavaScript must not rely on: the fact `trap` says which, the fee tells what came of it.
// `plugins/README.md` explains each.

const seen = {
  // The day on which it was built, for ever.
  clock: () => Math.floor(Date.now() / 1000),
  // The same number in every instance.
  random: () => Math.floor(Math.random() * 1_000_000_000),
  // 999, unless the number has been made a float on its way in.
  wide: (wide) => Number(wide % (typeof wide === "bigint" ? 1000n : 1000)),
  // 29 % of 100 is 28.
  float: () => Math.floor(0.29 * 100),
  // Numbers are sorted as texts.
  order: () => [9, 10, 100].sort()[0],
  // Not whole.
  fraction: () => 1.5,
  // Eleven times the largest number is beyond 2^53: exact as a BigInt …
  sum: (wide) => Number((wide * 11n) % 1000n),
  // … and as a Number the next that there is.
  "float-sum": (wide) => (Number(wide) * 11) % 1000,
};

export const rules = {
  assess(application) {
    const [trap, wide] = [0, 1].map((number) => application.facts.find(({ fact }) => fact === number)?.value.val);
    const name = ["clock", "random", "wide", "float", "order", "fraction", "sum", "float-sum"][trap];
    const amount = seen[name](wide?.units);
    return {
      exemptions: [],
      conditions: [],
      documents: [],
      timeLimit: { tag: "none" },
      fees: [{ fee: 0, due: "due", amount, fullAmount: amount }],
      missing: [],
      problems: [],
    };
  },
};

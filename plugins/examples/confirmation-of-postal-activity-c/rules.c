// Confirmation of postal activity, the rules of `../confirmation-of-postal-activity/2021-01-01.yaml`.
//
// Facts, options, conditions, documents and fees are told by their position in the package, counted from 0.

#include "procedure.h"

enum { NOTICE_CASE, SCOPE, FIRST_DAY_OF_ACTIVITY, HAS_BRAND_ON_ITEMS, NOTIFIED_IN_TIME, FACTS };
enum notice_case { OWN_SERVICES, BRANCH_OR_OFFICE };
enum scope { WITHIN_PROVINCE };
enum { SETTLED_BY_DEPARTMENT, NOTICE_IN_TIME, CONDITIONS };
enum {
    NOTICE,
    REGISTRATION_CERTIFICATE,
    MODEL_CONTRACT,
    BRAND_SAMPLES,
    TARIFF,
    QUALITY_STANDARD,
    COMPENSATION_AND_COMPLAINT_RULES,
    FOUNDING_LICENCE_OF_BRANCH,
    DOCUMENTS
};
enum { APPRAISAL_OF_OWN_SERVICES, APPRAISAL_OF_BRANCH, FEES };
enum { STANDARD };

// Yes, no, or unknown: then `hangs_on` has a bit for each fact that is not told and that it hangs on. So whatever is
// unknown knows what to ask.
typedef struct {
    bool yes;
    uint32_t hangs_on;
} truth;

static const truth YES = {true, 0}, NO = {false, 0};

static bool is_no(truth a) { return !a.yes && a.hangs_on == 0; }

// No if one of them is no, whatever the other is.
static truth and(truth a, truth b) {
    if (is_no(a) || is_no(b)) return NO;
    return (truth){a.hangs_on == 0 && b.hangs_on == 0, a.hangs_on | b.hangs_on};
}

// While the condition is unknown, so is the result.
static truth choose(truth condition, truth then, truth otherwise) {
    if (condition.hangs_on == 0) return condition.yes ? then : otherwise;
    return (truth){false, condition.hangs_on | then.hangs_on | otherwise.hangs_on};
}

// The question: of each fact its value, if it is told.
static const exports_rules_value_t *told[FACTS];

static truth unknown(unsigned fact) { return (truth){false, UINT32_C(1) << fact}; }

static truth is_true(unsigned fact) {
    if (!told[fact]) return unknown(fact);
    return told[fact]->val.boolean ? YES : NO;
}

static truth is_option(unsigned fact, unsigned option) {
    if (!told[fact]) return unknown(fact);
    return told[fact]->val.choice == option ? YES : NO;
}

// The answer.
static exports_rules_condition_result_t conditions[CONDITIONS];
static exports_rules_document_result_t documents[DOCUMENTS];
static exports_rules_fee_result_t fees[FEES];
static exports_rules_missing_fact_t missing[(CONDITIONS + DOCUMENTS + FEES) * FACTS];
static size_t missing_count;

static void ask(truth a, exports_rules_subject_t subject) {
    for (uint16_t fact = 0; fact < FACTS; fact++) {
        if (a.hangs_on >> fact & 1) missing[missing_count++] = (exports_rules_missing_fact_t){fact, subject};
    }
}

static void condition(uint16_t number, truth rule) {
    ask(rule, (exports_rules_subject_t){.tag = EXPORTS_RULES_SUBJECT_CONDITION, .val.condition = number});
    conditions[number].condition = number;
    conditions[number].outcome = rule.hangs_on ? EXPORTS_RULES_CONDITION_OUTCOME_UNKNOWN
                                 : rule.yes    ? EXPORTS_RULES_CONDITION_OUTCOME_SATISFIED
                                               : EXPORTS_RULES_CONDITION_OUTCOME_VIOLATED;
}

static void document(uint16_t number, uint32_t originals, uint32_t copies, truth when) {
    ask(when, (exports_rules_subject_t){.tag = EXPORTS_RULES_SUBJECT_DOCUMENT, .val.document = number});
    documents[number] = (exports_rules_document_result_t){
        .document = number,
        .need = when.hangs_on ? EXPORTS_RULES_DOCUMENT_NEED_UNKNOWN
                : when.yes    ? EXPORTS_RULES_DOCUMENT_NEED_REQUIRED
                              : EXPORTS_RULES_DOCUMENT_NEED_NOT_NEEDED,
        .originals = {true, originals},
        .copies = {true, copies},
    };
}

static void fee(uint16_t number, uint64_t amount, truth when) {
    ask(when, (exports_rules_subject_t){.tag = EXPORTS_RULES_SUBJECT_FEE, .val.fee = number});
    fees[number] = (exports_rules_fee_result_t){
        .fee = number,
        .due = when.hangs_on ? EXPORTS_RULES_FEE_DUE_UNKNOWN
               : when.yes    ? EXPORTS_RULES_FEE_DUE_DUE
                             : EXPORTS_RULES_FEE_DUE_NOT_DUE,
        .amount = {when.yes, amount},
        .full_amount = {when.yes, amount},
    };
}

void exports_rules_assess(exports_rules_application_t *application, exports_rules_assessment_t *answer) {
    for (size_t i = 0; i < application->facts.len; i++) {
        const exports_rules_fact_t *fact = &application->facts.ptr[i];
        if (fact->fact < FACTS) told[fact->fact] = &fact->value;
    }

    const truth is_own_service = is_option(NOTICE_CASE, OWN_SERVICES);
    const truth is_branch = is_option(NOTICE_CASE, BRANCH_OR_OFFICE);
    const truth is_within_province = is_option(SCOPE, WITHIN_PROVINCE);

    condition(SETTLED_BY_DEPARTMENT, choose(is_own_service, is_within_province, is_branch));
    condition(NOTICE_IN_TIME, is_true(NOTIFIED_IN_TIME));

    document(NOTICE, 1, 0, YES);
    document(REGISTRATION_CERTIFICATE, 0, 1, is_own_service);
    document(MODEL_CONTRACT, 1, 0, is_own_service);
    document(BRAND_SAMPLES, 1, 0, and(is_own_service, is_true(HAS_BRAND_ON_ITEMS)));
    document(TARIFF, 1, 0, is_own_service);
    document(QUALITY_STANDARD, 1, 0, is_own_service);
    document(COMPENSATION_AND_COMPLAINT_RULES, 1, 0, is_own_service);
    document(FOUNDING_LICENCE_OF_BRANCH, 0, 1, is_branch);

    fee(APPRAISAL_OF_OWN_SERVICES, UINT64_C(1250000), and(is_own_service, is_within_province));
    fee(APPRAISAL_OF_BRANCH, UINT64_C(1000000), is_branch);

    // What is left out is empty.
    *answer = (exports_rules_assessment_t){
        .conditions = {conditions, CONDITIONS},
        .documents = {documents, DOCUMENTS},
        .time_limit = {.tag = EXPORTS_RULES_TIME_LIMIT_RESULT_ROW, .val.row = STANDARD},
        .fees = {fees, FEES},
        .missing = {missing, missing_count},
    };
}

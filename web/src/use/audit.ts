/** Where the word of an audited action stands: "POST /api/cases/{id}/acts" is `post_api_cases_id_acts`. */
export const actionKey = (action: string) => action.toLowerCase().replace(/[^a-z]+/g, "_").replace(/^_|_$/g, "");

/** The least that a function is. */
export const handler = async () => ({ statusCode: 200 });

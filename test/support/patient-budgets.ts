/** Of functions whose budgets are not what a test is about: those of the cloud are over in a moment on a busy machine. */
export const patientBudgets = { REDIS_TIMEOUT_MS: '20000', MONGODB_TIMEOUT_MS: '20000', SQS_TIMEOUT_MS: '20000' };

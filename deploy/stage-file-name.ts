export const STAGES_FOLDER = 'deploy/stages';
export const STAGE_SUFFIX = '.yml';

/** The file of a stage, from the project: that of all previews for `pr<n>`. */
export const stageFileName = (stage: string): string =>
  `${STAGES_FOLDER}/${/^pr\d+$/.test(stage) ? 'preview' : stage}${STAGE_SUFFIX}`;

import type { Settings } from './settings.ts';

/**
 * Of the stack, which CloudFormation passes on to all that it makes, and of what the framework tags by itself.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-add-tags.html
 */
export const tagsOf = ({ service, stage }: Settings) => ({ service, stage });

/** A delivery goes back to what ran before it, which may be many failed ones ago (deploy/pipeline/). */
const KEPT_PACKAGES = 30;

/** Where packages lie: the framework encrypts it and refuses requests without TLS. */
export const deploymentBucketOf = (settings: Settings) => ({
  maxPreviousDeploymentArtifacts: KEPT_PACKAGES,
  blockPublicAccess: true,
  tags: tagsOf(settings),
});

/** What becomes of a part of a deployment that we make. */
export interface DeploymentAnswer {
  Status: 'SUCCESS' | 'FAILED';
  /** For people, in the events of the stack. */
  Reason: string;
  PhysicalResourceId: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
}

/**
 * Tells CloudFormation.
 * @param url where it looks for the answer. Whoever has it may answer in our place: it is told to nobody
 * @throws DependencyError that does not name the address
 */
export type TellDeployment = (url: string, answer: DeploymentAnswer) => Promise<void>;

const { CodeDeploy } = require('@aws-sdk/client-codedeploy');
exports.default = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
  await new CodeDeploy({}).putLifecycleEventHookExecutionStatus({
    deploymentId: DeploymentId,
    lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
    status: 'Succeeded',
  });
};

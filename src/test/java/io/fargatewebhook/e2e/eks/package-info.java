/**
 * A stand-in for the parts of Amazon EKS that decide what runs on Fargate, for a control plane that is not EKS.
 *
 * <p>It is written from what AWS documents and from what people dumped and reported, and shares no code with the webhook
 * under test: where the two disagree about a pod, one of them is wrong and a test shows it.
 *
 * <p>Sources, as cited in the classes:
 * <ul>
 *   <li>UG: the EKS user guide, awsdocs/amazon-eks-user-guide@4d52b4d, latest/ug/nodes/
 *   <li>AUDIT: an EKS audit log, focaaby/ironman-eks-example@53a92c3 docs/example/ch09
 *   <li>LAB: the EKS Workshop, aws-samples/eks-workshop-v2@9751f7b website/docs/fundamentals/compute/fargate
 * </ul>
 */
package io.fargatewebhook.e2e.eks;

/** What an owner of a workload should know of its future pods: one pure function, which asks the decision. */
package io.fargatewebhook.advice;

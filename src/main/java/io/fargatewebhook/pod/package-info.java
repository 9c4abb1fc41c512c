/**
 * The parts of a Kubernetes pod that decide whether Fargate can run it, named as the Kubernetes API names them.
 *
 * <p>Absent and null fields of the API become empty collections and strings, so that nobody downstream meets a null.
 */
package io.fargatewebhook.pod;

/** How a pod is read from JSON. */
package io.fargatewebhook.json;

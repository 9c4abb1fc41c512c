/** Whether a pod gets the label, and why: one pure function. The table it follows is in the README. */
package io.fargatewebhook.placement;

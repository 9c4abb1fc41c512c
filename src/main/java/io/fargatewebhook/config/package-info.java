/** What an operator can set, and how it becomes the settings of the decision. */
package io.fargatewebhook.config;

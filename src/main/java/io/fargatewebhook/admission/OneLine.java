package io.fargatewebhook.admission;

/** Text from a request, made fit for a log line or a warning. */
final class OneLine {
    private OneLine() {}

    /** The text without control characters, and cut where it is longer than {@code maxLength} characters. */
    static String of(String text, int maxLength) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), maxLength));
        int end = text.length() <= maxLength ? text.length() : maxLength - 1;
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char character = text.charAt(i);
            line.append(Character.isISOControl(character) ? ' ' : character);
        }
        return end == text.length() ? line.toString() : line.append('…').toString();
    }
}

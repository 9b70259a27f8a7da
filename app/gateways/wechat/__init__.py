"""WeChat: signing in on its pages and in a Mini Program, and the phone number it has proved."""

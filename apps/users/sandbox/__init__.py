"""The page of the WeChat that the shop plays itself."""

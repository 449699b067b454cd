"""«Для Навигатора»: what is not entered there yet."""

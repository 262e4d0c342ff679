def read(points):
    for point in points:
        match point:
            case {"x": point}:
                print(point)
            case complex(I=1):
                return point
    return None
